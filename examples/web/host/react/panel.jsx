// The CRM in a host's React page: its elements are tags, their attributes props, their events on….
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import "./panel.css";

// Loaded from the mount when the page runs: the elements and their server stay one version.
const mount = "/crm/";
const loaded = import(/* @vite-ignore */ `${mount}marfacrm.js`);

function Panel() {
  const [rep, setRep] = useState("");
  const [dark, setDark] = useState(false);
  const go = (event) => {
    const [name, id] = event.detail.place.split("/");
    if (name !== "rep") return;
    event.preventDefault();
    setRep(id);
  };
  return (
    <main>
      <header>
        <h1>پنل فروش</h1>
        <button id="dark" onClick={() => setDark(!dark)}>{dark ? "روشن" : "تیره"}</button>
        {rep && <button id="close" onClick={() => setRep("")}>بستن نماینده</button>}
      </header>
      <section className={dark ? "dark" : ""}>
        <marfacrm-worklog theme={dark ? "dark" : "light"} onmarfacrm-go={go} />
        {rep && <marfacrm-rep rep_id={rep} onmarfacrm-go={go} />}
      </section>
    </main>
  );
}

await loaded.catch(() => undefined);
createRoot(document.getElementById("panel")).render(<StrictMode><Panel /></StrictMode>);
