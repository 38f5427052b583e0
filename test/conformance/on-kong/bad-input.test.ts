import './choose.js'
import '../bad-input.test.js'
