using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Refit;

namespace Hub.Connectors.Xero;

/// <summary>Reads what Xero says of things that it does not take.</summary>
internal static class XeroAnswers
{
    /// <summary>What a failed call came to; null where the status alone has to do.</summary>
    public static CallOutcome<T>? Read<T>(ApiException answer) => answer.StatusCode switch
    {
        HttpStatusCode.BadRequest when Error(answer) is { } error => new CallOutcome<T>.Refused(Sentence(
            (error.Elements ?? []).SelectMany(element => element?.ValidationErrors ?? []), error.Message)),
        HttpStatusCode.Forbidden => new CallOutcome<T>.NotDone(
            "Xero does not let us in: connect the app to the organisation again, with all scopes, and check Tenant."),
        _ => null,
    };

    /// <summary>The one invoice that was made, or why not: an error can stand in a 200 too.</summary>
    public static CallOutcome<XeroInvoice> Made(XeroInvoiceList answer) => answer.Invoices switch
    {
        [{ } one] when one.HasErrors is true || one.StatusAttributeString is "ERROR" || one.ValidationErrors is [_, ..] =>
            new CallOutcome<XeroInvoice>.Refused(Sentence(one.ValidationErrors ?? [], null)),
        [{ } one] => new CallOutcome<XeroInvoice>.Done(one),
        _ => new CallOutcome<XeroInvoice>.Unknown("Xero said that it made the invoice, and not which."),
    };

    /// <summary>The one contact that was made or changed.</summary>
    public static CallOutcome<Guid> Made(XeroContactList answer) => answer.Contacts switch
    {
        [{ ValidationErrors: [_, ..] errors }] => new CallOutcome<Guid>.Refused(Sentence(errors, null)),
        [{ ContactID: { } id }] => new CallOutcome<Guid>.Done(id),
        _ => new CallOutcome<Guid>.Unknown("Xero said that it keeps the contact, and not as which."),
    };

    /// <summary>The same failure of another call.</summary>
    public static CallOutcome<TTo> Failure<TFrom, TTo>(CallOutcome<TFrom> outcome) => outcome switch
    {
        CallOutcome<TFrom>.Refused refused => new CallOutcome<TTo>.Refused(refused.Reason) { Missing = refused.Missing },
        CallOutcome<TFrom>.NotDone notDone => new CallOutcome<TTo>.NotDone(notDone.Reason, notDone.After),
        CallOutcome<TFrom>.Unknown unknown => new CallOutcome<TTo>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException($"{outcome} is no failure."),
    };

    private static string Sentence(IEnumerable<XeroMessage?> messages, string? otherwise)
    {
        var said = string.Join(" ", messages.Select(message => message?.Message).OfType<string>().Distinct(StringComparer.Ordinal).Take(5));
        return $"Xero refuses it: {(said.Length > 0 ? said : otherwise ?? "it does not say why.")}";
    }

    private static XeroError? Error(ApiException answer)
    {
        try
        {
            return answer.Content is { Length: > 0 } content ? JsonSerializer.Deserialize<XeroError>(content, XeroJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record XeroError(string? Message, ImmutableArray<XeroElement?>? Elements);

    private sealed record XeroElement(ImmutableArray<XeroMessage?>? ValidationErrors);
}
