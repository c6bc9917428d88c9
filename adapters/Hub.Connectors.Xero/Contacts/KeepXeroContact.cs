using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Xero.Contacts;

/// <summary>A buyer becomes a contact, and is forgotten where no invoice names him.</summary>
internal sealed class KeepXeroContact(VendorCalls calls, XeroContacts contacts) : IContactBook
{
    public Task<CallOutcome<Contact>> UpsertAsync(Contact contact, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            if (Problem(contact) is { } problem)
            {
                return new CallOutcome<Contact>.Refused(problem);
            }

            var change = await contacts.FindAsync(contact.Email, cancel) switch
            {
                [] => XeroContacts.New(contact),
                [var known, ..] when XeroContacts.IsOurs(known, contact) => XeroContacts.New(contact) with { ContactID = known.ContactID },
                // One that people made keeps the name that they gave it.
                [var known, ..] => XeroContacts.Named(contact) with { ContactID = known.ContactID },
            };
            return await contacts.SaveAsync(change, cancel) switch
            {
                CallOutcome<Guid>.Done => new CallOutcome<Contact>.Done(contact),
                var other => XeroAnswers.Failure<Guid, Contact>(other),
            };
        },
        XeroAnswers.Read<Contact>, cancellationToken);

    /// <summary>Xero deletes no contact. One without invoices loses all that it says of the person and goes to the archive.</summary>
    public Task<CallOutcome<Contact>> EraseAsync(Contact contact, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            if (Problem(contact) is not null)
            {
                // Nobody of that address was ever told to Xero by us.
                return new CallOutcome<Contact>.Done(contact);
            }

            var known = await contacts.FindAsync(contact.Email, cancel);
            if (known.FirstOrDefault(one => one.IsCustomer is not false || one.IsSupplier is not false) is { } kept)
            {
                return new CallOutcome<Contact>.Refused(
                    $"The contact {kept.ContactID} has invoices in Xero, which the law may want kept with the name on them. Decide there: Contacts, this contact, and archive or rename it.");
            }

            foreach (var id in known.Select(one => one.ContactID!.Value))
            {
                // Two calls: what is archived can't be changed.
                foreach (var change in new[] { Nobody(id), new XeroContactChange { ContactID = id, ContactStatus = "ARCHIVED" } })
                {
                    if (await contacts.SaveAsync(change, cancel) is var saved and not CallOutcome<Guid>.Done)
                    {
                        return XeroAnswers.Failure<Guid, Contact>(saved);
                    }
                }
            }

            return new CallOutcome<Contact>.Done(contact);
        },
        XeroAnswers.Read<Contact>, cancellationToken);

    private static string? Problem(Contact contact) =>
        !XeroFilter.Takes(contact.Email) ? "The e-mail address has a quote or a backslash in it, by which Xero can't be asked."
        : XeroContacts.NameOf(contact).Length > 255 ? "Xero takes 255 characters of name and e-mail address together."
        : null;

    private static XeroContactChange Nobody(Guid id) => new()
    {
        ContactID = id,
        Name = $"Erased {id}",
        ContactNumber = $"erased-{id}",
        FirstName = "",
        LastName = "",
        EmailAddress = "",
        Addresses = [Nowhere("POBOX"), Nowhere("STREET")],
        Phones = [new XeroPhone("DEFAULT", ""), new XeroPhone("MOBILE", "")],
    };

    private static XeroAddress Nowhere(string type) => new(type, "", "", "", "", "", "", "");
}
