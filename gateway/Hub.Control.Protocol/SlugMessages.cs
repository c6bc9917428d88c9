namespace Hub.Control.Protocol;

/// <summary>
/// The first line of the answer of <c>GET /api/slugs/{table}</c>, which is JSON lines. Each further line is a list: a slug
/// alone is forgotten with all that it was; a slug with kind, id, store and language (null where there is none) is added;
/// the last line is the number of lines between, so that a cut answer is known for one.
/// </summary>
/// <remarks>Slugs that are not active, and those that redirect, are not told: they are legacy's to answer.</remarks>
/// <param name="Position">Where the table stands: to be asked with the next time.</param>
/// <param name="Whole">All of the table follows; false: what has changed since the position asked with.</param>
public sealed record SlugHeader(string Position, bool Whole);
