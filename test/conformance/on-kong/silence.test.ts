import './choose.js'
import '../silence.test.js'
