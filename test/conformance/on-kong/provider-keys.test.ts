import './choose.js'
import '../provider-keys.test.js'
