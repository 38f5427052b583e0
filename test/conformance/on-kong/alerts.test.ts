import './choose.js'
import '../alerts.test.js'
