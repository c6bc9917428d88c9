namespace Hub.Gateway.Pages;

/// <summary>What the gateway has to say itself.</summary>
internal enum ShopPage
{
    /// <summary>This client asks too often.</summary>
    TooMany,

    /// <summary>The shop is full.</summary>
    Waiting,

    /// <summary>Nobody answers.</summary>
    Unavailable,
}
