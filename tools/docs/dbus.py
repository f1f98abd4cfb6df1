#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the D-Bus reference out of org.nvmux1.xml and the table of access.c.

The daemon's own introspection is compared with the XML by test-bus. OUT is the
tree to write into, the source tree by default.
"""
import os
import pathlib
import re
import sys
import textwrap
import xml.etree.ElementTree as ET

TOP = pathlib.Path(__file__).resolve().parents[2]
XML = TOP / "userspace/data/org.nvmux1.xml"
ACCESS = TOP / "userspace/daemon/access.c"
BUS = TOP / "userspace/daemon/bus.c"
CLI = TOP / "userspace/cli/bus.c"
PAGE = pathlib.Path(os.environ.get("OUT", TOP)) / "Documentation/dbus/org.nvmux1.rst"
CODES = {"CODE_FAILED": 1, "CODE_NOT_FOUND": 3, "CODE_BUSY": 4, "CODE_POLICY": 5,
         "CODE_PENDING": 6, "CODE_UNREACHABLE": 7, "CODE_TIMEOUT": 8}


def actions():
    """{(interface, member): action of polkit}"""
    text = ACCESS.read_text()
    names = dict(re.findall(r'\[(ACCESS_\w+)\] = "([^"]+)"', text))
    rules = re.findall(r'\{ "([\w.]+)", "(\w+)", (ACCESS_\w+) \}', text)
    return {(interface, member): names.get(level, "root only") for interface, member, level in rules}


def errors():
    """Rows of (name, errno, exit code of the command)."""
    codes = dict(re.findall(r'\{ "(org\.nvmux1\.Error\.\w+)", (CODE_\w+), NULL \}',
                            CLI.read_text()))
    rows = {}
    for errno, name in re.findall(r'\{ (E\w+), "(org\.nvmux1\.Error\.\w+)" \}', BUS.read_text()):
        rows.setdefault(name, []).append(errno)
    for name in sorted(rows):
        yield name, ", ".join(rows[name]), CODES[codes.get(name, "CODE_FAILED")]
    yield "org.nvmux1.Error.Failed", "any other", CODES["CODE_FAILED"]


def paragraph(text, indent=""):
    """One paragraph of a comment, its line breaks made anew."""
    return textwrap.fill(" ".join(text.split()).replace("*", r"\*"), 96, initial_indent=indent,
                         subsequent_indent=indent, break_on_hyphens=False)


def arguments(member, direction):
    """Arguments as "name (type)"."""
    return ", ".join(f"{a.get('name')} ({a.get('type')})" for a in member.findall("arg")
                     if a.get("direction", "out") == direction)


def member_lines(interface, member, comment, rights):
    """A property, method or signal."""
    name = member.get("name")
    if member.tag == "property":
        yield f"{name}: {member.get('type')}"
        yield paragraph(comment or "Read only.", "   ")
    elif member.tag == "signal":
        yield f"{name} ({arguments(member, 'out')})"
        yield paragraph(comment, "   ")
    else:
        result = arguments(member, "out")
        yield f"{name} ({arguments(member, 'in')})" + (f" -> {result}" if result else "")
        if (interface, name) not in rights:
            sys.exit(f"{name} of {interface} is in no row of access.c")
        if comment:
            yield paragraph(comment, "   ")
            yield ""
        yield f"   Needs {rights[interface, name]}."
    yield ""


def interface_lines(interface, rights):
    """An interface, its members in the order of the file, with the comment before each."""
    name = interface.get("name")
    comment = ""
    yield name
    yield "-" * len(name)
    yield ""
    for node in interface:
        if node.tag is ET.Comment:
            comment = node.text
            continue
        yield from member_lines(name, node, comment, rights)
        comment = ""


def error_lines():
    """The errors and what the command makes of them."""
    yield from ["Errors", "------", "",
                "The message of an error is the sentence for people. What the command makes of each:", "",
                "=============================== ============================== ====",
                "error                           errno of the kernel or daemon  exit",
                "=============================== ============================== ===="]
    for name, errno, code in errors():
        yield f"{name:31} {errno:30} {code}"
    yield "=============================== ============================== ===="


def page_lines():
    """The whole page."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    root = ET.parse(XML, parser).getroot()
    yield from [".. SPDX-License-Identifier: GPL-2.0-only",
                ".. Written by tools/docs/dbus.py, do not edit.", "",
                "D-Bus interface of nvmuxd", "=========================", "",
                "Service org.nvmux1 on the system bus, objects below /org/nvmux1, which is an",
                "org.freedesktop.DBus.ObjectManager. Ids in paths have all but letters and digits as '_'.",
                "Unknown numbers are 0, NumaNode and IommuGroup -1, unknown texts empty. Properties that change",
                "say so by PropertiesChanged. Root may call all that is listed here, others what polkit grants;",
                "what is not listed is denied.", ""]
    for interface in root.findall("interface"):
        yield from interface_lines(interface, actions())
    yield from error_lines()


PAGE.parent.mkdir(parents=True, exist_ok=True)
PAGE.write_text("\n".join(page_lines()) + "\n")
