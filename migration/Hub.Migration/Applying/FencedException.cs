namespace Hub.Migration.Applying;

/// <summary>Another instance took this target over: this one stops and must not go on by itself.</summary>
internal sealed class FencedException(string message) : Exception(message);
