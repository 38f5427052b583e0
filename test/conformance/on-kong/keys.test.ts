import './choose.js'
import '../keys.test.js'
