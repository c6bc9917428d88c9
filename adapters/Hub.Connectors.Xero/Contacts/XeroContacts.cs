using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hub.Commerce;

namespace Hub.Connectors.Xero.Contacts;

/// <summary>
/// Finds and makes contacts. A person is known by e-mail address; ours have a number made of it too. Xero takes each name once, and changes the contact
/// that has a name already: so the address is a part of ours, or two people of one name would become one.
/// </summary>
internal sealed class XeroContacts(IXeroApi api, XeroOptions options)
{
    private const int NameLength = 255;

    /// <summary>Why the buyer can't be a contact, as a sentence; null where he can. An address is not cut.</summary>
    public string? Problem(Order order)
    {
        var to = order.ShipTo;
        (string What, string? Text, int Most)[] limits =
        [
            ("the buyer's name with the e-mail address", NameOf(order.Buyer), NameLength), ("the name", to.Name, 255), ("the street", to.Street, 500),
            ("the second line of the street", to.Street2, 500), ("the city", to.City, 255), ("the region", to.Region, 255), ("the post code", to.Zip, 50),
        ];
        return options.Contact is null && limits.FirstOrDefault(limit => limit.Text?.Length > limit.Most) is { What: not null } over
            ? $"Xero takes {over.Most} characters, and {over.What} has {over.Text!.Length}: enter the order there by hand."
            : null;
    }

    /// <summary>The contact that the order is booked on; a new buyer becomes one, with the order's address.</summary>
    public async Task<CallOutcome<Guid>> OfAsync(Order order, CancellationToken cancellationToken)
    {
        if (options.Contact is { } all)
        {
            return new CallOutcome<Guid>.Done(all);
        }

        var known = await FindAsync(order.Buyer.Email, cancellationToken);
        if (known is [{ ContactID: { } id }, ..])
        {
            return new CallOutcome<Guid>.Done(id);
        }

        var to = order.ShipTo;
        return await SaveAsync(
            New(order.Buyer) with
            {
                // What Xero prints on invoices is the postal address, which it calls POBOX.
                Addresses = [new XeroAddress("POBOX", to.Street, to.Street2 ?? "", to.City, to.Region ?? "", to.Zip, to.Country, to.Name)],
                Phones = to.Phone is { Length: > 0 and <= 50 } phone ? [new XeroPhone("DEFAULT", phone)] : null,
            },
            cancellationToken);
    }

    /// <summary>Ours first, of the others the one with the lowest id.</summary>
    public async Task<ImmutableArray<XeroContact>> FindAsync(string email, CancellationToken cancellationToken)
    {
        var number = NumberOf(email);
        var answer = await api.GetContactsAsync(
            options.Tenant!.Value, $"{XeroFilter.Is("ContactNumber", number)} OR {XeroFilter.Is("EmailAddress", email.Trim())}", cancellationToken);
        return
        [
            .. (answer.Contacts ?? throw new InvalidOperationException("Xero answered without a list of contacts.")).OfType<XeroContact>()
                .Where(contact => contact.ContactID is not null && (contact.ContactStatus is null or "ACTIVE")
                    && (contact.ContactNumber == number || email.Trim().Equals(contact.EmailAddress, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(contact => contact.ContactNumber != number).ThenBy(contact => contact.ContactID),
        ];
    }

    public async Task<CallOutcome<Guid>> SaveAsync(XeroContactChange contact, CancellationToken cancellationToken) =>
        XeroAnswers.Made(await api.PostContactsAsync(options.Tenant!.Value, new XeroContactChanges([contact]), cancellationToken));

    public static XeroContactChange New(Contact contact) => Named(contact) with
    {
        Name = NameOf(contact),
        ContactNumber = NumberOf(contact.Email),
        EmailAddress = contact.Email.Trim(),
    };

    /// <summary>Xero parts names in two, the shop does not: the last word is the family name, of a single word there is none.</summary>
    public static XeroContactChange Named(Contact contact)
    {
        var name = contact.Name.Trim();
        var gap = name.LastIndexOf(' ');
        return new XeroContactChange { FirstName = gap < 0 ? name : name[..gap].TrimEnd(), LastName = gap < 0 ? "" : name[(gap + 1)..] };
    }

    /// <summary>Does it come from here?</summary>
    public static bool IsOurs(XeroContact known, Contact contact) => known.ContactNumber == NumberOf(contact.Email);

    public static string NameOf(Contact contact) => $"{contact.Name.Trim()} ({contact.Email.Trim()})".TrimStart();

    /// <summary>44 of the 50 characters that Xero takes.</summary>
    private static string NumberOf(string email) =>
        $"hub-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant()))[..20])}";
}
