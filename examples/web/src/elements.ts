// All elements that the first page can do without.
import "./pages/reps";
import "./pages/rep";
import "./pages/tasks";
import "./pages/search";
import "./pages/settings";
import "./pages/outbox";
import "./pages/voice";
import "./pages/notifications";
import "./parts/conversation";
import "./parts/conflict";
import "./parts/palette";
