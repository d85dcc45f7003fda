"""Electricity contracts: who holds the contract, where the meter hangs.

The holder must be of age on the day of the contract (Civil Code 91/2015/QH13, Art. 20); one household holds one household
contract at a place (Decree 18/2025/NĐ-CP); not living at the place is no error in itself (owners and landlords may hold).
"""

from __future__ import annotations

from matching.sources import Field, Source

SOURCE = Source(
    name="electricity",
    title_vi="Hợp đồng mua bán điện",
    title_en="electricity contracts",
    role="partner",
    fields=(
        Field("record_id", "key", ("Mã khách hàng", "Mã KH", "MaKH", "Ma_KHang", "Mã KHang", "Mã hợp đồng", "Số hợp đồng", "Mã HĐ", "Customer code", "Customer ID", "Contract ID", "Contract number"), required=True),
        Field("holder_name", "name", ("Tên khách hàng", "Tên KH", "TenKH", "Ten_KHang", "Họ tên", "Họ và tên", "Chủ hợp đồng", "Tên chủ hợp đồng", "Bên mua điện", "Tên bên mua điện", "Họ tên khách hàng", "Họ và tên chủ hợp đồng", "Holder name", "Customer name", "Full name"), required=True),
        Field("id_number", "id_number", ("Số giấy tờ", "Số GTTT", "Giấy tờ tùy thân", "Số giấy tờ tùy thân", "CCCD", "Số CCCD", "CMND", "Số CMND", "CMND/CCCD", "CCCD/CMND", "Số CMND/CCCD", "Số CCCD/CMND", "Số định danh", "Số định danh cá nhân", "Số căn cước", "So_GTTT", "So_CMT", "ID number", "Identity number")),
        Field("phone", "phone", ("Số điện thoại", "Điện thoại", "SĐT", "ĐT", "Di động", "Số ĐT", "DThoai", "Phone", "Phone number", "Mobile")),
        Field("address", "address", ("Địa chỉ sử dụng điện", "Địa chỉ dùng điện", "Địa chỉ", "ĐC sử dụng điện", "Địa chỉ khách hàng", "Địa chỉ nơi sử dụng điện", "Nơi sử dụng điện", "DiaChi", "Dia_Chi", "DCHI_SDD", "Address", "Supply address", "Place of use")),
        Field("contract_date", "date", ("Ngày ký hợp đồng", "Ngày ký", "Ngày ký HĐ", "Ngày hợp đồng", "Ngày HĐ", "Ngày hiệu lực", "Contract date", "Date signed")),
        Field("purpose", "text", ("Mục đích sử dụng", "Mục đích sử dụng điện", "Mục đích", "MĐSD", "Loại khách hàng", "Loại KH", "Purpose")),
        Field("households", "text", ("Số hộ", "Số hộ dùng chung", "Số hộ sử dụng", "Số định mức", "Households")),
        Field("meter", "text", ("Số công tơ", "Mã công tơ", "Công tơ", "Số No công tơ", "Mã điểm đo", "Meter", "Meter number")),
    ),
    place="address",
    minimum_age=18,
    age_on="contract_date",
    unit_prefix=(6, 4),
    one_per_household=("sinh hoat", "shbt", "sinh hoat bac thang", "ho gia dinh", "household", "residential"),
)  # fmt: skip
