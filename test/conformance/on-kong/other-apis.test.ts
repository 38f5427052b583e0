import './choose.js'
import '../other-apis.test.js'
