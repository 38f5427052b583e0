import './choose.js'
import '../embeddings.test.js'
