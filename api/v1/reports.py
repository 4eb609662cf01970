"""Reports."""

from fastapi import APIRouter

from api.deps import require
from api.wire import ExactRoute

router = APIRouter(prefix="/v1/reports", tags=["Reports"], route_class=ExactRoute)
READ = require("auswertungen:read")
