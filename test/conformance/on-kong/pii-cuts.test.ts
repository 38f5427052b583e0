import './choose.js'
import '../pii-cuts.test.js'
