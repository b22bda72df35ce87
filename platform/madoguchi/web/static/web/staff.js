// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce } from "./page.js";
import { copyValues, openDialogs, weighFiles } from "./dialogs.js";

focusOnErrors();
sendOnce();
openDialogs();
copyValues();
weighFiles();
