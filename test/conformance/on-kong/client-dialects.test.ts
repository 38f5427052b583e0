import './choose.js'
import '../client-dialects.test.js'
