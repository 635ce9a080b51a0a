// What a host does: load the elements, set attributes, listen to events.
import("/crm/marfacrm.js").catch(() => console.warn("the CRM is not to be had: this browser has not come by the secret path"));

const log = document.querySelector("marfacrm-worklog");
// A place that was chosen inside. The app goes there itself; an element alone leaves it to the page.
log?.addEventListener("marfacrm-go", (event) => {
  const [name, id] = event.detail.place.split("/");
  if (name !== "rep") return; // the CRM's own page opens
  event.preventDefault();
  const beside = document.querySelector("#beside");
  const rep = beside.querySelector("marfacrm-rep") ?? document.createElement("marfacrm-rep");
  rep.setAttribute("rep_id", id);
  beside.append(rep);
});
document.querySelector("marfacrm-app")?.addEventListener("marfacrm-place", (event) => (document.body.dataset.place = event.detail.place));
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => log.setAttribute("language", button.dataset.language));
document.querySelector("[data-theme-of]")?.addEventListener("click", () => log.setAttribute("theme", "dark"));
// The keys of the host: the CRM must not take them while the focus is here.
addEventListener("keydown", ({ key }) => (document.body.dataset.key = key));
