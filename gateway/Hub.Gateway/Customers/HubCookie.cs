using System.Collections.Immutable;
using Hub.Gateway.Journeys;
using Hub.Gateway.Marks;
using Hub.Placement;

namespace Hub.Gateway.Customers;

/// <summary>
/// What the gateway's own cookie says of a customer: key, account, pins and claims. It lives for one request; what a
/// request changes goes back to the client with its answer.
/// </summary>
internal sealed class HubCookie(CustomerKey key)
{
    public const string Name = "hub";

    /// <summary>The oldest go first; a cookie must stay small enough for every proxy on the way.</summary>
    public const int MostPins = 8, MostForms = 12, MostClaims = 8, MostMarks = 8;

    /// <summary>How long clients keep it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    /// <summary>How old it may get before it is issued anew.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    public CustomerKey Key { get; private set; } = key;

    /// <summary>A hash of the account that the key belongs to; 0 for a visitor.</summary>
    public ulong Account { get; private set; }

    /// <summary>Answers of the session bridge from before this (milliseconds since 1970) are out of date for this customer.</summary>
    public long BridgeAfter { get; private set; }

    /// <summary>When the claims changed last, in milliseconds since 1970; what control said later is the truth.</summary>
    public long ClaimsAt { get; private set; }

    /// <summary>When it was issued, in seconds since 1970.</summary>
    public long IssuedAt { get; set; }

    public ImmutableArray<NamedPin> Pins { get; private set; } = [];

    public ImmutableArray<NamedPin> Forms { get; private set; } = [];

    public ImmutableArray<NamedClaim> Claims { get; private set; } = [];

    /// <summary>What the customer wrote lately (SAFETY.md 8).</summary>
    public ImmutableArray<NamedMark> Marks { get; private set; } = [];

    /// <summary>It differs from what the client holds.</summary>
    public bool Changed { get; private set; }

    /// <summary>As it was read; nothing of it counts as changed.</summary>
    public static HubCookie Read(
        CustomerKey key, ulong account, long bridgeAfter, long claimsAt, long issuedAt,
        ImmutableArray<NamedPin> pins, ImmutableArray<NamedPin> forms, ImmutableArray<NamedClaim> claims, ImmutableArray<NamedMark> marks) => new(key)
        {
            Account = account,
            BridgeAfter = bridgeAfter,
            ClaimsAt = claimsAt,
            IssuedAt = issuedAt,
            Pins = pins,
            Forms = forms,
            Claims = claims,
            Marks = marks,
        };

    /// <summary>A new visitor's.</summary>
    public static HubCookie Draw() => new(CustomerKey.Draw()) { Changed = true };

    /// <summary>A client without cookies: nothing of it is ever sent.</summary>
    public static HubCookie Unsent(CustomerKey key) => new(key);

    /// <summary>One that changes apart from this; all that a cookie holds is immutable itself.</summary>
    public HubCookie Copy() => (HubCookie)MemberwiseClone();

    /// <summary>The account's key takes over; its claims come with it.</summary>
    public void Bind(ulong account, CustomerKey key, long now)
    {
        (Account, Key, BridgeAfter, Changed) = (account, key, now, true);
        (Claims, ClaimsAt) = ([], now);
    }

    public void AskBridgeAfter(long now) => (BridgeAfter, Changed) = (now, true);

    public Pin Pin(uint name) => Find(Pins, name);

    public Pin Form(uint name) => Find(Forms, name);

    public void SetPin(uint name, Pin pin) => (Pins, Changed) = (With(Pins, name, pin, MostPins), true);

    public void SetForm(uint name, Pin pin) => (Forms, Changed) = (With(Forms, name, pin, MostForms), true);

    public void DropPin(uint name)
    {
        if (Pin(name).Exists)
        {
            (Pins, Changed) = (Pins.RemoveAll(pin => pin.Name == name), true);
        }
    }

    public void DropForm(uint name)
    {
        if (Form(name).Exists)
        {
            (Forms, Changed) = (Forms.RemoveAll(pin => pin.Name == name), true);
        }
    }

    public Claim Claim(uint dataset)
    {
        foreach (var claim in Claims)
        {
            if (claim.Dataset == dataset)
            {
                return claim.Claim;
            }
        }

        return Placement.Claim.None;
    }

    /// <summary>Writes the claim, or drops it where it is <see cref="Placement.Claim.None"/>.</summary>
    public void SetClaim(uint dataset, Claim claim, long now)
    {
        if (Claim(dataset) == claim)
        {
            return;
        }

        var others = Claims.RemoveAll(held => held.Dataset == dataset);
        Claims = !claim.Exists ? others : others.Length >= MostClaims ? others.RemoveAt(0).Add(new(dataset, claim)) : others.Add(new(dataset, claim));
        (ClaimsAt, Changed) = (now, true);
    }

    public WriteMark Mark(uint dataset)
    {
        foreach (var mark in Marks)
        {
            if (mark.Dataset == dataset)
            {
                return mark.Mark;
            }
        }

        return WriteMark.None;
    }

    public void SetMark(uint dataset, WriteMark mark)
    {
        var others = Marks.RemoveAll(held => held.Dataset == dataset);
        (Marks, Changed) = ((others.Length >= MostMarks ? others.RemoveAt(0) : others).Add(new NamedMark(dataset, mark)), true);
    }

    public void DropMark(uint dataset) => (Marks, Changed) = (Marks.RemoveAll(held => held.Dataset == dataset), true);

    private static Pin Find(ImmutableArray<NamedPin> pins, uint name)
    {
        foreach (var pin in pins)
        {
            if (pin.Name == name)
            {
                return pin.Pin;
            }
        }

        return Placement.Pin.None;
    }

    private static ImmutableArray<NamedPin> With(ImmutableArray<NamedPin> pins, uint name, Pin pin, int most)
    {
        var others = pins.RemoveAll(held => held.Name == name);
        return (others.Length >= most ? others.RemoveAt(0) : others).Add(new NamedPin(name, pin));
    }
}

/// <summary>A claim as the cookie holds it.</summary>
/// <param name="Dataset">The hash of the dataset's name (<see cref="PinName.HashOf"/>).</param>
internal readonly record struct NamedClaim(uint Dataset, Claim Claim);
