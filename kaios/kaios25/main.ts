// The app on KaiOS 2.5: what its Gecko lacks comes first, and what its styles lack last.

import './lacking';
import '../src/main';
import './gecko48.css';
