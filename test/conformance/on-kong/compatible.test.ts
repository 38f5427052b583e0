import './choose.js'
import '../compatible.test.js'
