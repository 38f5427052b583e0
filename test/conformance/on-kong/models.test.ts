import './choose.js'
import '../models.test.js'
