// The elements. Importing this is all that a host page does: <marfacrm-app>, or some of them alone (docs/frontend.md).
import "./style/document";
import "./app";
import "./parts/login";
import "./elements";

export { crmAt } from "./base/crm";
