using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hub.Adapters.Customers;

/// <summary>
/// <c>POST /api/customers/erase</c>: takes a buyer out of orders that came to their end, out of what the CRM was told without one, and out of each connector's book of contacts. Orders under way keep the
/// address that they are shipped to; the contact is forgotten when there are none.
/// </summary>
internal static class EraseCustomer
{
    public static async Task<IResult> HandleAsync(
        CustomerRequest request, PersonalData personal, ConnectorSet connectors, CancellationToken cancellationToken)
    {
        if (PersonalEndpoints.Wrong(request.Email) is { } wrong)
        {
            return wrong;
        }

        var email = request.Email.Trim();
        var by = $"by {request.By}{(request.Reason is { } reason ? $": {reason}" : "")}";
        var (erased, underWay) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var (key, _) in await personal.OfAsync(email, cancellationToken))
        {
            switch (await personal.EraseAsync(key, by, email, cancellationToken))
            {
                case EraseOutcome.Erased:
                    erased.Add(key.Key);
                    break;
                case EraseOutcome.UnderWay:
                    underWay.Add(key.Key);
                    break;
            }
        }

        // An order under way may tell the contact once more.
        var contacts = underWay.Count > 0 ? [] : await ForgetAsync(connectors, email, cancellationToken);
        return TypedResults.Ok(new ErasedCustomer(erased.ToImmutable(), underWay.ToImmutable(), contacts));
    }

    private static async Task<ImmutableArray<ErasedContact>> ForgetAsync(ConnectorSet connectors, string email, CancellationToken cancellationToken)
    {
        var contacts = ImmutableArray.CreateBuilder<ErasedContact>();
        foreach (var connector in connectors.All)
        {
            if (connector.Find<IContactBook>() is { } book)
            {
                contacts.Add(await book.EraseAsync(new Contact(email, ""), cancellationToken) switch
                {
                    CallOutcome<Contact>.Done => new ErasedContact(connector.Config.Name, true, "It knows the buyer no more."),
                    CallOutcome<Contact>.Refused refused => new ErasedContact(connector.Config.Name, false, refused.Reason),
                    CallOutcome<Contact>.NotDone notDone => new ErasedContact(connector.Config.Name, false, $"{notDone.Reason} Erase again."),
                    var unknown => new ErasedContact(connector.Config.Name, false, $"{((CallOutcome<Contact>.Unknown)unknown).Reason} Erase again."),
                });
            }
        }

        return contacts.ToImmutable();
    }
}
