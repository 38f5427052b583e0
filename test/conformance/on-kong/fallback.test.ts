import './choose.js'
import '../fallback.test.js'
