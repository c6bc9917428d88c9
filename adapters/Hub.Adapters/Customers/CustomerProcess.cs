using System.Text.Json;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Processes;

namespace Hub.Adapters.Customers;

/// <summary>
/// A customer on the way to the CRM, known by e-mail address, of which the key is a hash. One call is under way at a time, and what changed meanwhile follows it: the CRM holds the last
/// word, never an older one after it.
/// </summary>
internal static class CustomerProcess
{
    public const string Name = "customer";

    /// <summary>The effect: tell the CRM.</summary>
    public const string Upsert = "UpsertCustomer";

    public static ProcessDefinition Process { get; } = new(Name, Handle);

    /// <param name="id">Whose change it is: the same one again is passed over.</param>
    public static ProcessMessage Changed(Contact contact, string id) =>
        new(Name, BuyerKey.Of(contact.Email), id, nameof(CustomerChanged), JsonSerializer.Serialize<CustomerMessage>(new CustomerChanged(contact), CommerceJson.Options));

    public static EffectReply ToReply(CustomerMessage message) => new(message.GetType().Name, JsonSerializer.Serialize(message, CommerceJson.Options));

    public static Contact ReadContact(string json) => JsonSerializer.Deserialize<Contact>(json, CommerceJson.Options)!;

    private static ProcessDecision Handle(string? json, ProcessMessage message)
    {
        var state = json is null ? null : JsonSerializer.Deserialize<CustomerState>(json, CommerceJson.Options);
        return (JsonSerializer.Deserialize<CustomerMessage>(message.Body, CommerceJson.Options), state) switch
        {
            (CustomerChanged changed, null) => Tell(new CustomerState(changed.Contact), "Changed."),
            (CustomerChanged changed, { UnderWay: not null }) => Stay(state with { Wanted = changed.Contact }, "waits", null, "Changed; an earlier change is under way."),
            (CustomerChanged changed, _) when changed.Contact == state!.Told => Stay(state with { Wanted = changed.Contact }, "told", null, "The CRM knows."),
            (CustomerChanged changed, _) => Tell(state! with { Wanted = changed.Contact }, "Changed."),
            (CustomerTold, { UnderWay: { } told }) when told != state.Wanted => Tell(state with { Told = told }, "The CRM knows; it changed again meanwhile."),
            (CustomerTold, { UnderWay: { } told }) => Stay(state with { Told = told, UnderWay = null }, "told", null, "The CRM knows."),
            (CustomerNotTold, { UnderWay: { } refused }) when refused != state.Wanted => Tell(state, "Not taken; it changed again meanwhile."),
            (CustomerNotTold not, { UnderWay: not null }) => Stay(state with { UnderWay = null }, "refused", not.Reason, $"Not taken: {not.Reason}"),
            _ => Stay(state!, "told", null, "Came again or too late: nothing to do."),
        };
    }

    private static ProcessDecision Tell(CustomerState state, string note)
    {
        state = state with { UnderWay = state.Wanted };
        return new ProcessDecision(
            JsonSerializer.Serialize(state, CommerceJson.Options), "under way", null, note,
            [new ProcessEffect(Upsert, JsonSerializer.Serialize(state.Wanted, CommerceJson.Options))], []);
    }

    private static ProcessDecision Stay(CustomerState state, string status, string? reason, string note) =>
        new(JsonSerializer.Serialize(state, CommerceJson.Options), status, reason, note, [], []);
}

/// <param name="Told">What the CRM was told last.</param>
/// <param name="UnderWay">What it is being told.</param>
internal sealed record CustomerState(Contact Wanted, Contact? Told = null, Contact? UnderWay = null);
