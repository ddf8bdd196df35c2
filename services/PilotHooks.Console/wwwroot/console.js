// What the pages do beyond what the browser does by itself. Each module finds its own elements and works for those that
// come later, too.
import './live.js';
import './time.js';
import './dialogs.js';
import './copy.js';
import './forms.js';
import './moments.js';
