"""Vietnamese addresses: any string people write -> house, alleys, street, hamlet and the communes in force."""

from matching.standardise.addresses.batch import ADDRESS_COLUMNS, standardise_addresses, standardise_coded_addresses
from matching.standardise.addresses.compare import PlaceAgreement, compare_addresses
from matching.standardise.addresses.model import Address, Detail, Place
from matching.standardise.addresses.parser import AddressParser
from matching.standardise.addresses.tokens import clean as as_read

__all__ = [
    "ADDRESS_COLUMNS",
    "Address",
    "AddressParser",
    "Detail",
    "Place",
    "PlaceAgreement",
    "as_read",
    "compare_addresses",
    "standardise_addresses",
    "standardise_coded_addresses",
]
