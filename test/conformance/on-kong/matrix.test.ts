import './choose.js'
import '../matrix.test.js'
