namespace Hub.Adapters.Connectors.Loading;

/// <summary>A connector can't be loaded: the message says which, why and what to do.</summary>
public sealed class ConnectorFolderException(string message, Exception? inner = null) : Exception(message, inner);
