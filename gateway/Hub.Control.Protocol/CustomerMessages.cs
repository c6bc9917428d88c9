using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>
/// <c>POST /api/customers/accounts</c>: an account was seen at log-in. It takes the visitor's key if that key has no
/// account yet, and keeps it on every device (SAFETY.md 1).
/// </summary>
/// <param name="Account">The account's id at legacy.</param>
/// <param name="VisitorKey">The visitor's key, 32 hexadecimal digits.</param>
public sealed record BindAccount(string Account, string VisitorKey);

/// <summary>The account's key, and the claims of both keys: two of one dataset are for the gateway to carry together.</summary>
/// <param name="Key">The account's key, from now on and on each device.</param>
public sealed record AccountBinding(
    string Account, string Key, ImmutableArray<ClaimView> AccountClaims, ImmutableArray<ClaimView> VisitorClaims);

/// <summary>Who holds a customer's part of a dataset.</summary>
/// <param name="Key">The customer's key, 32 hexadecimal digits.</param>
/// <param name="Side"><c>legacy</c> or <c>new</c>.</param>
/// <param name="Number">Grows with each change of side; a claim of a higher number wins.</param>
/// <param name="Revision">The number of the revision that it was made under.</param>
/// <param name="TouchedAt">When it was last written, UTC; it ends <c>Keep</c> after this.</param>
public sealed record ClaimView(string Dataset, string Key, string Side, long Number, long Revision, DateTimeOffset TouchedAt);

/// <summary>
/// <c>POST /api/customers/claims</c>: the first write of a customer to a dataset held per customer. One winner: the answer
/// is the claim that stands, whoever made it.
/// </summary>
/// <param name="Expected">
/// The number of the claim that this replaces (evacuation, carry); 0 for a first claim. Where another stands, nothing
/// changes and the answer is that one.
/// </param>
/// <param name="Offline">
/// Made by a plane while control was out of reach; where New had won meanwhile, the answer is New's claim and the plane
/// carries.
/// </param>
public sealed record MakeClaim(
    string Dataset, string Key, string Side, long Revision, long Expected = 0, bool Offline = false, TimeSpan? Keep = null);

/// <summary><c>POST /api/customers/claims/end</c>: the journey that held the claim has ended (paid, emptied).</summary>
public sealed record EndClaim(string Dataset, string Key, long Number);

/// <summary><c>PUT /api/customers/business-keys</c>: the journey that made this number belongs to that customer.</summary>
/// <param name="Kind">The kind named by the route: <c>order</c>.</param>
public sealed record LearnBusinessKey(string Kind, string Value, string Key);

/// <summary>The customer of a business key; null where it is unknown.</summary>
public sealed record BusinessKeyView(string? Key);

/// <summary>Pins of a client without cookies, kept under its key (SAFETY.md 3): <c>PUT</c> and <c>GET /api/customers/{key}/pins</c>.</summary>
public sealed record CustomerPins(ImmutableArray<PinView> Pins);

/// <summary>A pinned journey or form.</summary>
/// <param name="Journey">The journey's name, or the form's target route behind <c>form:</c>.</param>
/// <param name="Revision">The number of the revision it was begun under.</param>
public sealed record PinView(string Journey, string Side, long Revision, DateTimeOffset StartedAt);

/// <summary>All that control's store holds of one customer; a plane asks when a key is new to it.</summary>
public sealed record CustomerView(string Key, string? Account, ImmutableArray<ClaimView> Claims, ImmutableArray<PinView> Pins);
