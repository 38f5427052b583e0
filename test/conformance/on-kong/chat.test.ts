import './choose.js'
import '../chat.test.js'
