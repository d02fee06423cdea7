using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Training.Optimizers;

/// <summary>An optimiser by name, with the other settings at their usual values.</summary>
public sealed class OptimizerChoice
{
    private readonly Func<Parameter[], double, double, OptimizerHelper> _create;

    private OptimizerChoice(string name, string description, Func<Parameter[], double, double, OptimizerHelper> create)
    {
        Name = name;
        Description = description;
        _create = create;
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<OptimizerChoice> All { get; } =
    [
        new("adam", "Adam, beta 0.9 and 0.999; weight decay is an L2 penalty (Kingma, Ba 2015)", (p, lr, decay) => optim.Adam(p, lr, weight_decay: decay)),
        new("adamw", "Adam with decoupled weight decay (Loshchilov, Hutter 2019)", (p, lr, decay) => optim.AdamW(p, lr, weight_decay: decay)),
        new("sgd", "plain gradient descent", (p, lr, decay) => optim.SGD(p, lr, weight_decay: decay)),
        new("momentum", "gradient descent with momentum 0.9", (p, lr, decay) => optim.SGD(p, lr, momentum: 0.9, weight_decay: decay)),
        new("nesterov", "gradient descent with Nesterov's momentum 0.9", (p, lr, decay) => optim.SGD(p, lr, momentum: 0.9, weight_decay: decay, nesterov: true)),
        new("rmsprop", "RMSprop, alpha 0.99 (Tieleman, Hinton 2012)", (p, lr, decay) => optim.RMSProp(p, lr, weight_decay: decay)),
    ];

    /// <summary>The word for it: <c>adam</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, in a few words.</summary>
    public string Description { get; }

    /// <summary>The optimiser of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static OptimizerChoice Find(string name) =>
        All.FirstOrDefault(choice => choice.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"The optimizer '{name}' is unknown: there are {string.Join(", ", All.Select(o => o.Name))}.", nameof(name));

    /// <summary>An optimiser over parameters that already are on their device.</summary>
    /// <param name="parameters">What it moves.</param>
    /// <param name="learningRate">Above 0.</param>
    /// <param name="weightDecay">0 or more.</param>
    public OptimizerHelper Create(IEnumerable<Parameter> parameters, double learningRate, double weightDecay) =>
        _create([.. parameters], learningRate, weightDecay);
}
