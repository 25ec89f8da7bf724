"""Tables and folders that anyone may fetch."""

from tests.corpus.rules.exchanges import TEXT, Cases, Table, exchange, page

CSV = "text/csv; charset=utf-8"
AT = "https://club.example"
ROWS = (
    "id,first_name,email,date_of_birth\n1,Anna,anna@mail.example,1984-05-02\n2,Ben,b@m.example,x\n"
)
PAY = "Nachname;Vorname;IBAN;Gehalt\nBerg;Anna;DE89;51000\nFalk;Ben;DE12;48000\n"
TABS = "name\tphone\tssn\nAnna\t+49 30\t078-05-1120\nBen\t+49 40\t219-09-9999\n"
OFFICES = "name,email,phone\nBerlin,berlin@club.example,+49 30\nKiel,kiel@club.example,+49 43\n"
PDF = "%PDF-1.7 something"

TABLE: Table = {
    "personal-export-open": Cases(
        noticed=(
            exchange(f"{AT}/export/members.csv", ROWS, CSV),
            exchange(f"{AT}/api/payroll/export?year=2025", PAY, "application/csv"),
            exchange(f"{AT}/files/people.tsv", TABS, TEXT),
            exchange(f"{AT}/dump.csv", '"E-Mail","Adresse","Geburtsdatum"\na,b,c\nd,e,f\n', CSV),
        ),
        silent=(
            exchange(f"{AT}/export/members.csv", ROWS, CSV, sent={"Cookie": "sid=4f1c"}),
            exchange(f"{AT}/export/members.csv?token=4f1cbe07", ROWS, CSV),
            exchange(f"{AT}/offices.csv", OFFICES, CSV),
            exchange(f"{AT}/export/members.csv", ROWS.partition("\n")[0], CSV),
            exchange(f"{AT}/prices.csv", "sku,price,stock\n1,2,3\n4,5,6\n", CSV),
            exchange(f"{AT}/export/members.csv", ROWS, CSV, status=403),
        ),
    ),
    "private-folder-open": Cases(
        noticed=(
            exchange(f"{AT}/storage/private/contract-17.pdf", PDF, "application/pdf"),
            exchange(f"{AT}/uploads/confidential/plan.xlsx", "PK", "application/vnd.ms-excel"),
            exchange(f"{AT}/vertraulich/protokoll.txt", "Sitzung vom 3. Mai", TEXT),
            exchange(f"{AT}/files/restricted/scan.jpg", "JFIF", "image/jpeg"),
        ),
        silent=(
            exchange(f"{AT}/storage/private/a.pdf", PDF, "application/pdf", sent={"Cookie": "s=1"}),
            exchange(f"{AT}/private/a.pdf?X-Amz-Signature=4f1c", PDF, "application/pdf"),
            exchange(f"{AT}/private/a.pdf", "no", "application/pdf", status=403),
            page("<h1>Private clients</h1>", f"{AT}/private/clients"),
            page("<h1>Log in</h1>", f"{AT}/private/a.pdf"),
            exchange(f"{AT}/private-banking/prices.pdf", PDF, "application/pdf"),
        ),
    ),
}
