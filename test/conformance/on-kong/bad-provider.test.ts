import './choose.js'
import '../bad-provider.test.js'
