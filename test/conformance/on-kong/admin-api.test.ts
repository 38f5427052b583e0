import './choose.js'
import '../admin-api.test.js'
