"""The words of clerks: headers and cells in Chinese and English, to the names of columns and to codes.

The labels of the catalogues are known in both languages, so that a file that was exported can be imported; what stands
here are the other words of registration forms.
"""

import re
from collections.abc import Mapping
from functools import cache

from infra.edges.loading import load
from infra.importing.cells import Column
from infra.importing.file_kind import FileKind
from infra.importing.kinds import KINDS
from infra.importing.words.normalise import folded

OF_ALL = {
    "institution_id": "机构 机构代码 社康编号 社康 签约机构 institution",
    "team_id": "团队编号 签约团队 家庭医生团队 团队 team",
    "resident_id": "居民编号 居民档案号 健康档案号 档案号 档案编号 resident residentno",
    "doctor_id": "签约医生 家庭医生 责任医生 doctor",
    "nurse_id": "签约护士 责任护士 nurse",
}
"""Columns of several kinds of files: their other names, apart by blanks."""

OF_KIND: Mapping[str, Mapping[str, str]] = {
    "institutions": {
        "name": "机构名称 名称",
        "kind": "机构类型 类型",
        "sector": "性质 公立民营",
        "tier": "级别 等级",
        "district": "区 行政区 所在区",
        "x": "横坐标 机构横坐标",
        "y": "纵坐标 机构纵坐标",
        "counted_on": "统计日期",
        "population": "服务人口 人口",
        "groups": "重点人群人数",
    },
    "teams": {
        "member_id": "成员编号 工号",
        "role": "岗位 角色",
        "weekdays": "工作日 星期",
        "starts": "上班 上班时间",
        "ends": "下班 下班时间",
    },
    "residents": {
        "name": "姓名 居民姓名 fullname residentname",
        "phone": "电话 联系电话 手机 手机号 手机号码 本人电话 联系方式 telephone mobile phonenumber",
        "identity_number": "身份证号 身份证号码 身份证 公民身份号码 证件号码 证件号 idnumber identitycard idcardnumber",
        "address": "住址 现住址 地址 家庭住址 居住地址 详细地址 现居住地址 homeaddress",
        "born_on": "出生日期 出生年月日 生日 出生年月 birthdate dateofbirth born birthday",
        "evidence": "户籍类型 居住证明 居住类型 户籍性质 户籍 residencetype",
        "resident_since": "居住起始日 居住起始日期 居住开始日期 居住起始时间 入住日期 residentsince",
        "document_kind": "证明材料 证明材料种类",
        "document_number": "证明材料编号",
        "document_issued_on": "签发日期 证明签发日期",
        "document_shown_on": "出示日期 核验日期",
        "copy_digest": "复印件摘要",
        "evidence_until": "居住证有效期 居住证有效期至 居住证明有效期至",
        "home_x": "横坐标 住处横坐标",
        "home_y": "纵坐标 住处纵坐标",
        "homebound": "行动不便 是否行动不便 失能",
        "paper": "证件类型 证件类别",
        "place": "社区编码 社区代码 小区 村社区代码",
        "guardian_id": "监护人编号 监护人居民编号",
        "birth_order": "出生次序 胎内次序",
        "household_id": "家庭编号 户编号 户号",
        "relation": "与户主关系",
        "groups": "重点人群 人群类别 人群分类 重点人群类型 keygroups",
        "groups_since": "重点人群起始日期 纳入日期",
        "consents": "知情同意 同意事项",
    },
    "contracts": {
        "contract_id": "协议编号 协议号 签约编号 contractno",
        "signed_on": "签约日期 签订日期 签约时间",
        "starts_on": "起始日期 协议起始日 生效日期 服务开始日期",
        "term_months": "期限 协议期限 期限月数",
        "package": "服务包 签约服务包",
        "signed_by": "签约人",
        "signed_at": "签约方式",
        "agreement_read": "协议已读 已阅读协议 是否阅读协议",
        "late_reason": "补录原因",
        "allowed_by": "批准人 审批人",
        "formed_on": "组建日期 团队组建日期",
    },
    "histories": {
        "contract_id": "协议编号 协议号 签约编号",
        "step": "步骤 事项 变更类型",
        "done_on": "日期 办理日期 发生日期",
        "starts_on": "起始日期",
        "term_months": "期限 期限月数",
        "package": "服务包",
        "reason": "原因 事由",
        "last_day": "末日 终止日期",
        "document": "文件编号 纸质协议号 协议书编号",
        "copy_digest": "副本摘要",
    },
}

_LEFT_OUT = """序号 编号 no no. 备注 说明 性别 sex gender 年龄 age 签名 签字 本人签字 民族 填表人 录入人
remarks remark note notes reason reasons 原因 未导入原因"""

LEFT_OUT = frozenset(_LEFT_OUT.split())
"""Columns that forms have and nothing is recorded from."""

WORDS: Mapping[str, str] = {
    "evidence": """
        household-registration=户籍 本市户籍 户籍人口 户籍居民 常住户籍 本地户籍 户籍登记
        residence-permit=居住证 持居住证 居住证人口 深圳居住证
        half-year-residence=居住半年以上 半年以上 常住半年以上 居住满半年 常住非户籍 非户籍常住""",
    "paper": """
        identity-card=身份证 居民身份证 二代身份证
        birth-certificate=出生证 出生医学证明
        hong-kong-macau-permit=港澳通行证 回乡证 港澳居民来往内地通行证
        taiwan-permit=台胞证""",
    "relation": "head=户主 本人 spouse=配偶 妻 丈夫 妻子 child=子女 子 女 儿子 女儿 parent=父母 父亲 母亲",
    "groups": """
        elder=老年人 65岁以上老年人 65岁及以上老年人 老人 高龄老人
        child=儿童 0-6岁儿童 0~6岁儿童 婴幼儿
        pregnant=孕妇 孕产妇
        postpartum=产妇 产后
        hypertension=高血压 高血压患者 原发性高血压
        diabetes=糖尿病 2型糖尿病 ii型糖尿病 糖尿病患者 2型糖尿病患者
        tuberculosis=肺结核 结核病 肺结核患者
        mental-disorder=严重精神障碍 精神障碍 重性精神病 严重精神障碍患者
        disabled=残疾人 残疾
        special-family=计生特殊家庭 计划生育特殊家庭 失独家庭
        low-income=低收入 低收入人群
        minimum-living=低保 低保户 低保对象
        extreme-hardship=特困 特困人员
        special-care=优抚 优抚对象
        rural-poor=建档立卡 贫困人口
        tumour=肿瘤 肿瘤患者
        copd=慢阻肺 慢性阻塞性肺疾病 慢阻肺患者""",
    "step": "signed=签约 首签 renewed=续签 续约 transferred=转签 变更团队 ended=解约 终止 expired=到期",
    "sector": "public=公立 公办 private=民营 私立 社会办",
    "package": "basic=基础包 基本包 基本服务包",
    "signed_by": "resident=本人 居民 family-member=家属 家人 guardian=监护人",
}

YES = ["是", "y", "yes", "true", "1", "有", "√", "✓", "对"]
NO = ["否", "n", "no", "false", "0", "无", "×", "✗", "x", "没有"]
YES_NO = {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")}

_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")


def header_key(name: str) -> str:
    """Return a header as it is compared: no blanks, stars and remarks in brackets, small letters."""
    bare = _BRACKETS.sub("", folded(name.replace("\n", "")))
    return re.sub(r"[\s_*:]", "", bare).casefold()


@cache
def headers_of(kind_name: str) -> Mapping[str, str]:
    """Return the columns of a kind by the keys of their names: their own, those of forms, and those of catalogues."""
    known: dict[str, str] = {}
    own = OF_KIND.get(kind_name, {})
    for column in KINDS[kind_name].columns:
        aliases = f"{own.get(column.name, '')} {OF_ALL.get(column.name, '')}".split()
        for alias in (column.name, *aliases):
            known.setdefault(header_key(alias), column.name)
    for column in KINDS[kind_name].columns:
        for label in _labels("column", column.name):
            known.setdefault(header_key(label), column.name)
    return known


@cache
def words_of_column(kind_name: str, name: str) -> Mapping[str, str]:
    """Return the codes of a column by the words that people write for them."""
    column = next(each for each in KINDS[kind_name].columns if each.name == name)
    known = {code.casefold(): code for code in column.codes}
    code = ""
    for part in WORDS.get(name, "").split():
        named, _, word = part.rpartition("=")
        code = named or code
        if not column.codes or code in column.codes:
            known.setdefault(word.casefold(), code)
    if column.label is not None:
        for each in column.codes:
            for label in _labels(column.label, each):
                known.setdefault(folded(label).casefold().replace(" ", ""), each)
    return known


def _labels(kind: str, code: str) -> tuple[str, ...]:
    words = load("infra.words.catalogue:words")
    return tuple(catalogue[kind, code] for language in ("zh", "en") if (kind, code) in (catalogue := words(language)))


def column_of(kind: FileKind, name: str) -> Column | None:
    """Return a column by its name."""
    return next((column for column in kind.columns if column.name == name), None)
