// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce, closeMenus } from "./page.js";

focusOnErrors();
sendOnce();
closeMenus();
