"""Which person: able and free first, then the one the customer knows, then the least busy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class AgentState:
    """An agent on shift. ``holding`` of ``capacity`` conversations; ``busy_minutes`` answered so far this shift.

    Empty ``languages`` or ``skills`` stand for any: a shop that keeps no such list still gets its customers answered.
    """

    agent_id: str
    capacity: int = 1
    holding: int = 0
    busy_minutes: float = 0.0
    languages: Collection[str] = ()
    skills: Collection[str] = ()


@dataclass(frozen=True)
class Need:
    """What a conversation asks of an agent. ``known_agents``: those the customer has dealt with, latest first."""

    language: str | None = None
    skill: str | None = None
    known_agents: tuple[str, ...] = ()


def able(agent: AgentState, need: Need) -> bool:
    """Whether the agent speaks the language and has the skill."""
    speaks = need.language is None or not agent.languages or need.language in agent.languages
    skilled = need.skill is None or not agent.skills or need.skill in agent.skills
    return speaks and skilled


def choose(need: Need, agents: Iterable[AgentState]) -> str | None:
    """The agent to give a conversation to; None if nobody who is able is free."""
    free = [agent for agent in agents if agent.holding < agent.capacity and able(agent, need)]
    if not free:
        return None

    def rank(agent: AgentState) -> tuple[int, float, float, str]:
        known = (
            need.known_agents.index(agent.agent_id) if agent.agent_id in need.known_agents else len(need.known_agents)
        )
        return known, agent.holding / agent.capacity, agent.busy_minutes, agent.agent_id

    return min(free, key=rank).agent_id
