// The elements. Importing this is all that a host page does: <marfacrm-app>, or some of them alone (docs/frontend.md).
import "./style/document";
import "./app";
import "./pages/worklog";
import "./pages/reps";
import "./pages/rep";
import "./pages/tasks";
import "./pages/search";
import "./pages/settings";
import "./pages/outbox";
import "./pages/voice";
import "./pages/notifications";
import "./parts/login";
import "./parts/conversation";
import "./parts/toasts";
import "./parts/conflict";

export { crmAt } from "./base/crm";
