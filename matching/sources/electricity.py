"""Electricity contracts: who holds the contract, where the meter hangs.

The holder must be of age on the day of the contract (Civil Code 91/2015/QH13, Art. 20); one household holds one household
contract at a place (Decree 18/2025/NĐ-CP); not living at the place is no error in itself (owners and landlords may hold).
"""

from __future__ import annotations

from matching.source_words import IDENTITY, PHONE
from matching.sources import Field, Source

SOURCE = Source(
    name="electricity",
    title_vi="Hợp đồng mua bán điện",
    title_en="electricity contracts",
    role="partner",
    fields=(
        Field("record_id", "key", ("Mã khách hàng", "Mã KH", "MaKH", "Ma_KHang", "Mã KHang", "Mã hợp đồng", "Số hợp đồng", "Mã HĐ", "Số HĐ", "Mã số khách hàng", "Mã PE", "Customer code", "Customer ID", "Contract ID", "Contract number"), required=True),
        Field("holder_name", "name", ("Tên khách hàng", "Tên KH", "TenKH", "Ten_KHang", "Họ tên", "Họ và tên", "Chủ hợp đồng", "Tên chủ hợp đồng", "Bên mua điện", "Tên bên mua điện", "Họ tên khách hàng", "Họ và tên chủ hợp đồng", "Họ và tên khách hàng", "Họ tên KH", "Tên khách hàng sử dụng điện", "Người đứng tên hợp đồng", "Người đứng tên", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Tên chủ hộ", "Chủ hộ", "Holder name", "Customer name", "Full name"), required=True),
        Field("id_number", "id_number", IDENTITY),
        Field("phone", "phone", PHONE),
        Field("address", "address", ("Địa chỉ sử dụng điện", "Địa chỉ dùng điện", "Địa chỉ", "ĐC sử dụng điện", "Địa chỉ khách hàng", "Địa chỉ nơi sử dụng điện", "Nơi sử dụng điện", "Địa điểm sử dụng điện", "Địa chỉ SD điện", "Địa chỉ SDĐ", "ĐC SDĐ", "Địa chỉ điểm đo", "Địa chỉ lắp đặt", "Địa chỉ lắp đặt công tơ", "Đ/c", "Đ/c sử dụng điện", "DiaChi", "Dia_Chi", "DCHI_SDD", "Address", "Supply address", "Place of use")),
        Field("contract_date", "date", ("Ngày ký hợp đồng", "Ngày ký", "Ngày ký HĐ", "Ngày hợp đồng", "Ngày HĐ", "Ngày hiệu lực", "Contract date", "Date signed")),
        Field("purpose", "text", ("Mục đích sử dụng", "Mục đích sử dụng điện", "Mục đích", "Mục đích SDĐ", "Mục đích SD điện", "MĐSD", "Loại khách hàng", "Loại KH", "Purpose")),
        Field("households", "text", ("Số hộ", "Số hộ dùng chung", "Số hộ sử dụng", "Số hộ SD", "Số định mức", "Households")),
        Field("meter", "text", ("Số công tơ", "Mã công tơ", "Công tơ", "Số CT", "Số C/tơ", "Số No công tơ", "Mã điểm đo", "Meter", "Meter number")),
    ),
    place="address",
    minimum_age=18,
    age_on="contract_date",
    unit_prefix=(6, 4),
    one_per_household=("sinh hoat", "shbt", "sinh hoat bac thang", "ho gia dinh", "household", "residential"),
)  # fmt: skip
