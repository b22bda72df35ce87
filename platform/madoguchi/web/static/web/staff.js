// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce } from "./page.js";

focusOnErrors();
sendOnce();
