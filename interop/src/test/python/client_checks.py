"""What a pyarrow client sees of the test service, each check by its name.

    client_checks.py names
    client_checks.py LOCATION [auth=LOCATION_WITH_HANDSHAKE] [basic=LOCATION_WITH_BASIC] [tls=LOCATION ca=FILE]
        [mtls=LOCATION] [unix=LOCATION]
"""

import checks
import client
import client_call_checks
import client_read_checks
import client_write_checks

# Importing them has filled the list.
assert client_read_checks and client_write_checks and client_call_checks

if __name__ == "__main__":
    checks.run(client.CHECKS, client.Context)
