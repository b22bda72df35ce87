// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce } from "./page.js";
import { copyValues, openDialogs, weighFiles } from "./dialogs.js";
import { listenForKeys } from "./staff-keys.js";
import { chooseRows, printPages } from "./staff-lists.js";

focusOnErrors();
sendOnce();
openDialogs();
copyValues();
weighFiles();
chooseRows();
printPages();
listenForKeys();
