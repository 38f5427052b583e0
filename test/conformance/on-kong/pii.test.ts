import './choose.js'
import '../pii.test.js'
