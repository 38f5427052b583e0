import './choose.js'
import '../audit.test.js'
