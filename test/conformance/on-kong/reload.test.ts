import './choose.js'
import '../reload.test.js'
