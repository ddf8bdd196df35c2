namespace PilotHooks.Simulator.Business;

/// <summary>What people in the business write.</summary>
internal static class Phrases
{
    public static IReadOnlyList<string> Sent { get; } =
    [
        "Your order is ready at the counter.",
        "Good morning! Shall we keep your usual loaf for today?",
        "Your delivery leaves in ten minutes.",
        "We are closed on Monday. See you on Tuesday!",
        "Your table for two is booked for 19:30.",
    ];

    public static IReadOnlyList<string> Replies { get; } = ["Yes, please!", "Great, thank you 🙏", "Could it be an hour later?", "No, not today.", "On my way."];

    public static IReadOnlyList<string> Received { get; } =
    [
        "Hello, are you open today?",
        "Do you have gluten-free bread?",
        "What is the price of the chocolate cake?",
        "Olá! Vocês entregam na Vila Mariana?",
        "Where is my order?",
    ];

    public static IReadOnlyList<string> Group { get; } = ["The street market is on Saturday.", "Has anyone seen a grey cat?", "Thanks for the bread, Sol Nascente!"];

    public static IReadOnlyList<string> Channel { get; } = ["Today: sourdough with olives.", "Fresh cheese bread at four o'clock.", "Last panettone of the season!"];

    public static IReadOnlyList<(string Error, string ErrorCode)> Failures { get; } =
    [
        ("The message could not be delivered.", "DELIVER_NOT_CONFIRMED"),
        ("The destination does not use WhatsApp.", "WHATSAPP_NOT_EXIST"),
        ("More than a day has passed since the contact wrote.", "META_OUTSIDE_24H_WINDOW"),
    ];

    public static IReadOnlyList<Media> Media { get; } =
    [
        new("image", "https://media.example.com/shelf.jpg", "Is this one still there?", "shelf.jpg"),
        new("audio", "https://media.example.com/voice.ogg", null, "voice.ogg"),
        new("video", "https://media.example.com/birthday.mp4", "Thank you for the cake!", "birthday.mp4"),
        new("document", "https://media.example.com/order.pdf", "Our order for the office", "order.pdf"),
    ];
}
