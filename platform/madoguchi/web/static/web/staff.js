// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce, selectAll } from "./page.js";

focusOnErrors();
sendOnce();
selectAll();
