namespace Hub.Migration.Applying;

/// <summary>Another instance took this target over: this one stops, and goes on only where the other one is gone.</summary>
internal sealed class FencedException(string message) : Exception(message);
