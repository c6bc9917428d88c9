using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>Holds a connector still, or lets it work again: <c>POST /api/connectors/pause | resume</c>.</summary>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record ChangeConnector(string Connector, string? Reason = null, string? By = null);

/// <summary>What a check of a connector found: <c>GET /api/connectors/{connector}/check</c>.</summary>
/// <param name="Good">Nothing of it is wrong.</param>
public sealed record ConnectorCheckView(string Connector, bool Good, ImmutableArray<ConnectorCheckPart> Parts);

/// <summary>A part of a check.</summary>
/// <param name="State"><c>good</c>, <c>wrong</c> or <c>not checked</c>.</param>
/// <param name="Said">What was found; where it is wrong, what to do.</param>
public sealed record ConnectorCheckPart(string What, string State, string Said);

/// <summary>What would be sent to a vendor for an order, up to the first write: <c>GET /api/connectors/{connector}/preview</c>.</summary>
/// <param name="Command">What for: <c>BookOrder</c>.</param>
/// <param name="Said">Why nothing would be sent; null where something would.</param>
public sealed record ConnectorPreview(
    string Connector, string Order, string Command, ImmutableArray<PreviewedRequest> Requests, string? Said);

/// <summary>A request that was kept back. Secrets are masked; the rest, personal data too, is as it would go out.</summary>
public sealed record PreviewedRequest(string Method, string Url, ImmutableArray<string> Headers, string Body);
