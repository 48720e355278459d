"""The tables of the UTBMS code sets as text: a line or a bar between codes, a space between a code and its title.

Sources, set by set, in `SOURCES`. The original sets are the American Bar Association's, free to reuse (domain reference,
section 2.8). The later sets are the LEDES Oversight Committee's (LOC): eDiscovery of 2011, patents and trademarks of 2007,
revised expenses of 2013. The committee's own documents could not be had in November 2026, so what stands here is what
others carry of them and what could be held against a second witness; what could not is left out, and said so.
"""

from collections.abc import Mapping
from types import MappingProxyType

LITIGATION = """
L100 Case Assessment, Development and Administration
L110 Fact Investigation/Development|L120 Analysis/Strategy|L130 Experts/Consultants|L140 Document/File Management
L150 Budgeting|L160 Settlement/Non-Binding ADR|L190 Other Case Assessment, Development and Administration
L200 Pre-Trial Pleadings and Motions
L210 Pleadings|L220 Preliminary Injunctions/Provisional Remedies|L230 Court Mandated Conferences|L240 Dispositive Motions
L250 Other Written Motions and Submissions|L260 Class Action Certification and Notice
L300 Discovery
L310 Written Discovery|L320 Document Production|L330 Depositions|L340 Expert Discovery|L350 Discovery Motions
L390 Other Discovery
L400 Trial Preparation and Trial
L410 Fact Witnesses|L420 Expert Witnesses|L430 Written Motions and Submissions|L440 Other Trial Preparation and Support
L450 Trial and Hearing Attendance|L460 Post-Trial Motions and Submissions|L470 Enforcement
L500 Appeal
L510 Appellate Motions and Submissions|L520 Appellate Briefs|L530 Oral Argument
"""
COUNSELING = """
C100 Fact Gathering|C200 Researching Law|C300 Analysis and Advice|C400 Third Party Communication
"""
PROJECT = """
P100 Project Administration
P200 Fact Gathering/Due Diligence
P210 Corporate Review|P220 Tax|P230 Environmental|P240 Real and Personal Property|P250 Employee/Labor
P260 Intellectual Property|P270 Regulatory Reviews|P280 Other
P300 Structure/Strategy/Analysis|P400 Initial Document Preparation/Filing|P500 Negotiation/Revision/Responses
P600 Completion/Closing|P700 Post-Completion/Post-Closing|P800 Maintenance and Renewal
"""
BANKRUPTCY = """
B100 Administration
B110 Case Administration|B120 Asset Analysis and Recovery|B130 Asset Disposition
B140 Relief from Stay/Adequate Protection Proceedings|B150 Meetings of and Communications with Creditors
B160 Fee/Employment Applications|B170 Fee/Employment Objections|B180 Avoidance Action Analysis
B185 Assumption/Rejection of Leases and Contracts
B190 Other Contested Matters (excluding assumption/rejection motions)|B195 Non-Working Travel
B200 Operations
B210 Business Operations|B220 Employee Benefits/Pensions|B230 Financing/Cash Collections|B240 Tax Issues|B250 Real Estate
B260 Board of Directors Matters
B300 Claims and Plan
B310 Claims Administration and Objections|B320 Plan and Disclosure Statement (including Business Plan)
B400 Bankruptcy-Related Advice
B410 General Bankruptcy Advice/Opinions|B420 Restructurings
"""
ACTIVITIES = """
A101 Plan and prepare for|A102 Research|A103 Draft/revise|A104 Review/analyze|A105 Communicate (in firm)
A106 Communicate (with client)|A107 Communicate (other outside counsel)|A108 Communicate (other external)
A109 Appear for/attend|A110 Manage data/files|A111 Other
"""
EXPENSES = """
E101 Copying|E102 Outside printing|E103 Word processing|E104 Facsimile|E105 Telephone|E106 Online research
E107 Delivery services/messengers|E108 Postage|E109 Local travel|E110 Out-of-town travel|E111 Meals|E112 Court fees
E113 Subpoena fees|E114 Witness fees|E115 Deposition transcripts|E116 Trial transcripts|E117 Trial exhibits
E118 Litigation support vendors|E119 Experts|E120 Private investigators|E121 Arbitrators/mediators|E122 Local counsel
E123 Other professionals|E124 Other
"""
EDISCOVERY = """
L600 Identification
L601 Discovery Planning|L602 Interviews|L609 Quality Assurance and Control
L610 Preservation
L611 Preservation Order|L612 Legal Hold
L620 Collection
L621 Collection/Recovery|L622 Media Costs|L623 Media/ESI Transfer, Receipt, Inventory
L630 Processing
L631 ESI Stage, Preparation and Process|L632 Scanning - Hard Copy|L633 Foreign Language Translation|L634 Exception Handling
L650 Review
L651 Hosting Costs|L652 Objective and Subjective Coding|L653 First Pass Document Review|L654 Second Pass Document Review
L655 Privilege Review|L656 Redaction
L660 Analysis
L670 Production
L671 Conversion of ESI to Production Format
L680 Presentation|L690 Project Management
"""
PATENT = """
PA100 Assessment, Development, and Administration
PA110 Fact Investigation and Development|PA120 Analysis/Strategy|PA130 Document/File Management|PA140 Budgeting
PA199 Other Assessment, Development, or Administration
PA200 Patent Investigation and Analysis
PA210 State-of-the-Art Investigation|PA220 Patentability Investigation|PA230 Clearance Investigation
PA240 Validity Investigation|PA250 Publication Watches|PA260 Infringement Investigation|PA270 Status Investigation
PA299 Other Patent Investigation and Analysis
PA300 Domestic Patent Preparation
PA310 Provisional Application Preparation - Domestic|PA320 Non-Provisional Application Preparation - Domestic
PA330 Design Application Preparation - Domestic|PA340 Plant Patent Preparation - Domestic
PA350 Continuing Application Preparation - Domestic|PA360 Validation Patent Application Preparation - Domestic
PA399 Other Patent Application Preparation - Domestic
PA400 Domestic Patent Prosecution
PA410 Information Disclosure Statement - Domestic|PA420 Preliminary Amendment - Domestic
PA430 Official Communication - Domestic|PA440 Quasi-Judicial Administrative Proceedings - Domestic
PA450 Post-Issuance Remedial Action - Domestic|PA499 Other Patent Prosecution - Domestic
PA500 International Patent Preparation
PA510 Provisional Application Preparation - International|PA520 Non-Provisional Application Preparation - International
PA530 Design Application Preparation - International|PA540 Plant Patent Preparation - International
PA550 Continuing Application Preparation - International|PA560 Validation Patent Application Preparation - International
PA599 Other Patent Application Preparation - International
PA600 International Patent Prosecution
PA610 Information Disclosure Statement - International|PA620 Preliminary Amendment - International
PA630 Official Communication - International|PA640 Quasi-Judicial Administrative Proceedings - International
PA650 Post-Issuance Remedial Action - International|PA699 Other Patent Prosecution - International
PA700 Other Patent-Related Tasks
PA710 Opinion Preparation|PA720 Portfolio Analysis and Management|PA730 Assignments and Security Interests|PA740 Licensing
"""
TRADEMARK = """
TR100 Assessment, Development, and Administration
TR110 Fact Investigation and Development|TR120 Analysis/Strategy|TR130 Document/File Management|TR140 Budgeting
TR199 Other Assessment, Development, or Administration
TR200 Trademark Investigation and Analysis
TR220 Registerability Investigation|TR230 Clearance Investigation|TR240 Opposition Investigation|TR250 Publication Watches
TR260 Enforcement Investigation|TR270 Status Investigation|TR299 Other Trademark Investigation and Analysis
TR300 Domestic Trademark Application Preparation
TR310 Application Preparation and Filing - Domestic
TR399 Other Domestic Trademark Application Preparation and Filing
TR400 Domestic Trademark Prosecution and Renewal
TR410 Affidavits, Petitions, Extensions, Declarations and Other Filings - Domestic|TR420 Preliminary Amendment - Domestic
TR430 Official Communication - Domestic|TR440 Quasi-Judicial Administrative Proceedings - Domestic
TR499 Other Trademark Prosecution - Domestic
TR500 International Trademark Application Preparation and Renewals
TR510 Application Preparation and Filing - International
TR599 Other International Trademark Application Preparation and Filing
TR600 International Trademark Prosecution and Renewal
TR610 Affidavits, Petitions, Extensions, Declarations and Other Filings - International
TR620 Preliminary Amendment - International|TR630 Official Communication - International
TR640 Quasi-Judicial Administrative Proceedings - International|TR699 Other Trademark Prosecution - International
TR700 Other Trademark Related Tasks
TR710 Opinion Preparation|TR720 Portfolio Analysis and Management|TR730 Assignments and Security Interests|TR740 Licensing
TR750 Domain Names - gTLDs|TR760 Domain Names - ccTLDs|TR770 Quasi-Judicial Administrative Proceedings - Domain Names
TR799 Other Trademark Prosecution
"""
REVISED_EXPENSES = """
X101 Copies/Blowbacks/Printing-Black & White (Internal)|X102 Copies/Blowbacks/Printing-Color (Internal)
X103 Copy Service (External)|X104 Special Handling Copying/Scanning/Imaging (Internal)|X105 Word Processing|X106 Facsimile
X107 Telephone-Local|X108 Telephone-Long Distance|X109 Telephone-Mobile|X110 Conference Call/Video Call/Webinar Charges
X111 Online Legal Research|X112 Delivery Services/Messengers|X113 Postage|X114 Local Travel|X115 Out-of-Town Travel
X116 Meals|X117 Court and Governmental Agency Fees|X118 Eviction Costs|X119 Foreclosure Costs|X120 Title Insurance Costs
X121 Immigration Costs|X122 Late Fees|X123 Publication Costs|X124 Publications/Books/Treatises|X125 ATE Premiums/Insurance
X126 Witness Fees|X127 Deposition Transcripts|X128 Trial Transcripts|X129 Trial Exhibits|X130 Medical Records Costs
X131 Medical Records Analysis|X132 Medical Record Service Provider Fees
X133 Private Investigators, Investigative Reports and Investigation Fees|X134 Arbitrators/Mediators|X135 Local Counsel
X136 Appraiser/Appraisal Fees|X137 Experts, Consultants, Other Vendors and Professionals|X138 Litigation Support Vendors
X139 Translation|X140 Special Purpose Location/Office Rental|X141 Special Purpose Moving and Storage Fees
X142 Settlement Costs|X143 Bank Fees
X200 Drawings|X201 Patent and Trademark Records|X202 Patent and Trademark Searching and Monitoring
X203 Patent and Trademark Prosecution Application Official Fees|X204 Patent and Trademark Prosecution Post-Issuance Fees
X205 Official Fees, Patent and Trademark Opposition Fees|X206 IP Annuity Payments|X207 IP Holdbacks
X300 Discovery/eDiscovery Collection-Forensic|X301 Discovery/eDiscovery Collection-Third Party
X302 Discovery/eDiscovery Culling & Filtering|X303 Bates Stamping/Control Numbers
X304 Discovery/eDiscovery Review and Analysis|X305 Discovery/eDiscovery Privilege Review Culling and Log Creation
X306 Discovery/eDiscovery Document Production Creation and Preparation|X307 Electronic Media Cost
X308 Discovery/eDiscovery Technical Services-Other|X309 Discovery/eDiscovery Evidence/Exhibit Creation and Preparation
X400 Software License/User Access Fee|X401 Subscription Fee|X402 Transaction Fee|X403 Hardware Costs
X404 Hosting Fees-Internal|X405 Data Storage Fees-Internal|X999 Other
"""
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "litigation": "American Bar Association, UTBMS Litigation Code Set",
        "counseling": "American Bar Association, UTBMS Counseling Code Set",
        "project": "UTBMS Project Code Set, as public code carries it",
        "bankruptcy": "UTBMS Bankruptcy Code Set, as public code carries it and CaseFox publishes it",
        "ediscovery": "LOC eDiscovery Code Set of 2011, as a law firm's public code carries it; its codes to L611 as EDRM, "
        "which wrote it with the LOC, describes them, and its nine phases as utbms.com counts them. The codes for quality "
        "assurance of the phases after the first could not be had",
        "patent": "LOC Patent Code Set of 2007, as an IP management vendor's database carries it; a published copy agrees "
        "as far as it could be read (PA100 to PA120, and the kinds of investigation)",
        "trademark": "LOC Trademark Code Set of 2007, as an IP management vendor's database carries it",
        "activity": "American Bar Association, UTBMS activities A101 to A111",
        "expense": "American Bar Association, UTBMS expenses E101 to E124",
        "revised-expense": "LOC Revised Expense Codes of 2013, as an IP management vendor's database carries them; "
        "utbms.com tells their letter X, and that X900 to X998 are left to clients",
    }
)
"""Where each set comes from."""
