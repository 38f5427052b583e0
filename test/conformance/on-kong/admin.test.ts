import './choose.js'
import '../admin.test.js'
